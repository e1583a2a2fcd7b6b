export { parseXml, type XmlLimits, type XmlSource } from './parse-xml.ts'
export {
  parseXmlMarkup,
  type XmlMarkupDocument,
  type XmlMarkupElement,
  type XmlMarkupNode,
} from './parse-xml-markup.ts'
export {
  childElements,
  inheritedAttribute,
  textContent,
  type XmlAttribute,
  type XmlDocument,
  type XmlElement,
  type XmlNode,
  type XmlText,
  type XmlWarning,
} from './xml-document.ts'
export { XmlError, type XmlErrorCode } from './xml-error.ts'
