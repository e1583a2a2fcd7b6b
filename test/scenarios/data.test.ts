import assert from 'node:assert/strict'
import { requests, server } from './a-server.ts'
import { scenario } from './scenario.ts'
import { HOST, type ServedResource } from './scripted-caller.ts'

const QUOTE = `<?xml version="1.0" encoding="UTF-8"?>
<quote xmlns="http://www.example.org" xmlns:x="urn:x" kind="stock" x:id="7">
  <ticker>F</ticker>
  <name>Ford <![CDATA[Motor & Co]]></name><!-- a comment -->
  <change>1.00</change><?go there now?>
  <last x:of="day">30.00</last>
  <x:last>31</x:last>
</quote>`

const QUOTED: Partial<ServedResource> = { contentType: 'text/xml; charset=utf-8', body: QUOTE }

/** What each expression comes to, with the quote in `d` and its root in `q`. */
function dom(
  title: string,
  cases: readonly (readonly [expression: string, value: unknown])[],
): void {
  const list = cases.map(([expression]) => expression).join(', ')
  scenario(
    `2.1 D ${title}`,
    {
      documents: {
        'start.vxml': `<form><block><data name="d" src="q.xml"/>
          <script><![CDATA[ var q = d.documentElement
            function code(work) { try { work(); return 'no exception' } catch (e) { return e instanceof DOMException ? e.code : String(e) } }
            function all(list) { var names = []; for (var i = 0; i < list.length; i++) names.push(list.item(i).nodeName); return names.join() }
          ]]></script><script><![CDATA[ var answers = [${list}] ]]></script><exit expr="answers"/></block></form>`,
      },
      serve: server({ 'q.xml': QUOTED }),
    },
    {
      also: ({ end }) => {
        assert.equal(end.reason, 'exit', JSON.stringify(end.fault))
        const values = JSON.parse(end.exitValue ?? 'null')
        for (const [index, [expression, value]] of cases.entries()) {
          assert.deepEqual(values[index], value, expression)
        }
      },
    },
  )
}

dom('Document', [
  ['d.nodeType', 9],
  ['d.nodeName', '#document'],
  ['d.nodeValue', null],
  ['d.parentNode', null],
  ['d.ownerDocument', null],
  ['d.doctype', null],
  ['d.documentElement.tagName', 'quote'],
  ['d.childNodes.length', 1],
  ['all(d.getElementsByTagName("last"))', 'last'],
  ['all(d.getElementsByTagName("*"))', 'quote,ticker,name,change,last,x:last'],
  ['d.getElementsByTagNameNS("http://www.example.org", "last").item(0).firstChild.data', '30.00'],
  ['all(d.getElementsByTagNameNS("*", "last"))', 'last,x:last'],
  ['all(d.getElementsByTagNameNS("urn:x", "*"))', 'x:last'],
  ['d.getElementById("none")', null],
  ['d.implementation.hasFeature("XML", "2.0")', true],
  ['d.implementation.hasFeature("core", "")', true],
  ['d.implementation.hasFeature("Events", "2.0")', false],
  ['d.isSupported("Core", "2.0")', true],
  ['d instanceof Node', true],
])

dom('Node: names, values and kin', [
  ['q.nodeType === Node.ELEMENT_NODE && q.nodeType === q.ELEMENT_NODE', true],
  [
    '[q.nodeName, q.localName, q.prefix, q.namespaceURI]',
    ['quote', 'quote', null, 'http://www.example.org'],
  ],
  ['q.parentNode === d && q.ownerDocument === d', true],
  ['q.childNodes.length', 13],
  ['q.firstChild.nodeType', 3],
  ['q.firstChild.nextSibling.tagName', 'ticker'],
  ['q.firstChild.nextSibling.previousSibling === q.firstChild', true],
  ['q.firstChild.previousSibling', null],
  ['q.lastChild.nextSibling', null],
  ['q.lastChild === q.childNodes.item(12)', true],
  ['q.childNodes[1] === q.childNodes.item(1)', true],
  ['q.childNodes.item(99)', null],
  ['q.hasChildNodes() && !q.firstChild.hasChildNodes()', true],
  ['q.hasAttributes()', true],
  ['q.firstChild.attributes', null],
  ['q.firstChild.namespaceURI', null],
  ['q === d.documentElement', true],
])

dom('Text, CDATASection, Comment, ProcessingInstruction', [
  ['all(q.getElementsByTagName("name").item(0).childNodes)', '#text,#cdata-section'],
  ['q.getElementsByTagName("name")[0].lastChild.data', 'Motor & Co'],
  ['q.getElementsByTagName("name")[0].lastChild.nodeType', 4],
  ['q.getElementsByTagName("name")[0].firstChild.nodeValue', 'Ford '],
  ['q.childNodes[4].nodeName', '#comment'],
  ['q.childNodes[4].data', ' a comment '],
  ['q.childNodes[4].length', 11],
  ['q.childNodes[4].substringData(3, 4)', 'comm'],
  ['q.childNodes[4].substringData(3, 400)', 'comment '],
  ['code(function () { q.childNodes[4].substringData(12, 1) })', 1],
  ['code(function () { q.childNodes[4].substringData(0, -1) })', 1],
  [
    '[q.childNodes[7].nodeType, q.childNodes[7].target, q.childNodes[7].data]',
    [7, 'go', 'there now'],
  ],
])

dom('Element, Attr and NamedNodeMap', [
  ['q.getAttribute("kind")', 'stock'],
  ['q.getAttribute("none")', ''],
  ['q.getAttribute("x:id")', '7'],
  ['q.getAttributeNS("urn:x", "id")', '7'],
  ['q.getAttributeNS("urn:y", "id")', ''],
  ['q.getAttributeNS(null, "kind")', 'stock'],
  [
    '[q.hasAttribute("kind"), q.hasAttribute("no"), q.hasAttributeNS("urn:x", "id")]',
    [true, false, true],
  ],
  ['q.attributes.length', 4],
  ['q.attributes.getNamedItem("kind").value', 'stock'],
  ['q.attributes.getNamedItemNS("urn:x", "id").nodeValue', '7'],
  ['q.attributes.getNamedItem("none")', null],
  ['q.getAttributeNode("kind") === q.attributes.item(2)', true],
  ['q.getAttributeNode("kind").ownerElement === q', true],
  ['q.getAttributeNode("kind").specified', true],
  ['q.getAttributeNode("kind").parentNode', null],
  ['q.getAttributeNode("kind").nextSibling', null],
  ['q.getAttributeNode("kind").firstChild.data', 'stock'],
  [
    '[q.attributes[3].name, q.attributes[3].prefix, q.attributes[3].localName]',
    ['x:id', 'x', 'id'],
  ],
  ['q.attributes[0].namespaceURI', 'http://www.w3.org/2000/xmlns/'],
  ['q.getElementsByTagName("ticker").length', 1],
])

dom('what would change it throws NO_MODIFICATION_ALLOWED_ERR', [
  ['DOMException.NO_MODIFICATION_ALLOWED_ERR', 7],
  ...(
    [
      'q.appendChild(q.firstChild)',
      'q.insertBefore(q.firstChild, null)',
      'q.removeChild(q.firstChild)',
      'q.replaceChild(q.firstChild, q.lastChild)',
      'q.setAttribute("a", "b")',
      'q.removeAttribute("kind")',
      'q.setAttributeNS("urn:x", "x:a", "b")',
      'q.removeAttributeNS("urn:x", "id")',
      'q.setAttributeNode(q.attributes[0])',
      'q.removeAttributeNode(q.attributes[0])',
      'q.setAttributeNodeNS(q.attributes[0])',
      'q.attributes.setNamedItem(q.attributes[0])',
      'q.attributes.removeNamedItem("kind")',
      'q.attributes.setNamedItemNS(q.attributes[0])',
      'q.attributes.removeNamedItemNS("urn:x", "id")',
      'q.attributes[0].value = "1"',
      'q.firstChild.data = "1"',
      'q.firstChild.nodeValue = "1"',
      'q.firstChild.appendData("1")',
      'q.firstChild.insertData(0, "1")',
      'q.firstChild.deleteData(0, 1)',
      'q.firstChild.replaceData(0, 1, "1")',
      'q.firstChild.splitText(1)',
      'q.prefix = "y"',
    ] as const
  ).map((work) => [`code(function () { ${work} })`, 7] as const),
  ['q.normalize() === undefined && q.nodeValue', null],
  ['(q.tagName = "x", q.extra = 1, q.tagName + q.extra)', 'quoteundefined'],
])

dom('Document creates nodes that stand apart', [
  ['d.createElement("a").tagName', 'a'],
  ['d.createElementNS("urn:a", "b:c").localName', 'c'],
  ['d.createTextNode("t").data', 't'],
  ['d.createComment("c").nodeType', 8],
  ['d.createCDATASection("c").nodeType', 4],
  ['d.createProcessingInstruction("t", "d").target', 't'],
  ['d.createDocumentFragment().nodeName', '#document-fragment'],
  ['d.createAttribute("a").ownerElement', null],
  ['code(function () { d.createElement("1 x") })', 5],
  ['code(function () { d.createElementNS(null, "a:b") })', 14],
  ['code(function () { q.appendChild(d.createElement("a")) })', 7],
  ['q.cloneNode(true).childNodes.length', 13],
  ['q.cloneNode(false).childNodes.length', 0],
  ['q.cloneNode(true).parentNode', null],
  ['d.importNode(q, false).getAttribute("kind")', 'stock'],
  ['d.implementation.createDocument("urn:a", "r", null).documentElement.tagName', 'r'],
  ['code(function () { d.createEntityReference("a") })', 9],
  ['code(function () { new Node() })', 9],
])

scenario(
  '2.1 5 a DOMException that nobody catches is error.semantic',
  {
    documents: {
      'start.vxml': `<form><block><data name="d" src="q.xml"/>
        <script>d.documentElement.appendChild(d.documentElement.firstChild)</script></block></form>`,
    },
    serve: server({ 'q.xml': QUOTED }),
  },
  {
    events: ['error.semantic'],
    also: ({ end }) => assert.match(end.fault?.message ?? '', /NO_MODIFICATION_ALLOWED_ERR/),
  },
)

scenario(
  '2.1 5 the variable shares the scoping rules of <var>, and replaces a variable of its name',
  {
    documents: {
      'start.vxml': `<var name="d" expr="'document'"/><data name="e" src="q.xml"/>
        <form id="f"><data name="d" src="q.xml"/><block><log expr="document.d + d.documentElement.tagName"/>
        <log expr="e.documentElement.tagName"/><assign name="document.d" expr="d.documentElement"/><goto next="#g"/></block></form>
        <form id="g"><block><log expr="d.getAttribute('kind')"/><data name="d" src="q.xml"/></block>
        <block><log expr="d.nodeName"/></block></form>`,
    },
    serve: server({ 'q.xml': QUOTED }),
  },
  { events: [], logs: ['documentquote', 'quote', 'stock', 'quote'] },
)

for (const [type, understood] of [
  ['text/xml', true],
  ['application/xml', true],
  ['application/rss+xml', true],
  ['Text/XML; charset="utf-8"', true],
  ['', true],
  ['text/html', false],
  ['text/plain', false],
  ['audio/x-wav', false],
] as const) {
  scenario(
    `2.1 5 media type "${type}" is ${understood ? 'XML' : 'not understood: error.badfetch'}`,
    {
      documents: { 'start.vxml': '<form><block><data name="d" src="q"/></block></form>' },
      serve: server({ q: { ...QUOTED, contentType: type } }),
    },
    { events: understood ? [] : ['error.badfetch'] },
  )
}

scenario(
  '2.1 5 what is not well-formed is error.badfetch',
  {
    documents: { 'start.vxml': '<form><block><data name="d" src="q"/></block></form>' },
    serve: server({ q: { body: '<a><b></a>' } }),
  },
  { events: ['error.badfetch'] },
)

scenario(
  '2.1 5 without a name the content is not looked at',
  {
    documents: { 'start.vxml': '<form><block><data src="q"/></block></form>' },
    serve: server({ q: { contentType: 'image/png', body: '<a><b></a>' } }),
  },
  { events: [] },
)

scenario(
  '2.1 5 a status is error.badfetch.http.404',
  '<form><block><data name="d" src="nowhere.xml"/></block></form>',
  { events: ['error.badfetch.http.404'] },
)

scenario(
  '2.1 5 srcexpr, method, namelist and enctype',
  {
    documents: {
      'start.vxml': `<var name="a" expr="1"/><form><block><data name="d" srcexpr="'q' + '.xml'" method="post"
        enctype="multipart/form-data" namelist="a"/><log expr="d.documentElement.tagName"/></block></form>`,
    },
    serve: server({ 'q.xml': QUOTED }),
  },
  {
    logs: ['quote'],
    also: (talk) => {
      const [request] = requests(talk, 'q.xml')
      assert.deepEqual(
        [request?.method, request?.enctype, request?.fields],
        ['POST', 'multipart/form-data', [['a', '1']]],
      )
    },
  },
)

scenario(
  '2.1 5 a srcexpr that cannot be evaluated is error.semantic',
  '<form><block><data name="d" srcexpr="nobody.knows"/></block></form>',
  { events: ['error.semantic'] },
)

scenario(
  '2.1 5 fetchaudio plays while data is fetched',
  {
    documents: {
      'start.vxml': `<property name="fetchaudiodelay" value="0s"/><property name="fetchaudiominimum" value="0s"/>
        <form><block>wait<data name="d" src="q.xml" fetchaudio="music.wav"/>got</block></form>`,
    },
    serve: server({ 'q.xml': { ...QUOTED, delayMs: 4000 } }),
  },
  { heard: ['wait', '[music.wav]', 'got'] },
)

scenario(
  '2.1 5 fetchtimeout',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch"><exit/></catch><block><data src="q.xml" fetchtimeout="2s"/></block></form>`,
    },
    serve: server({ 'q.xml': { ...QUOTED, delayMs: 4000 } }),
  },
  { events: ['error.badfetch'], virtualMs: 2000 },
)

scenario(
  '2.1 5 two documents of one session are apart; one outlives its dialog',
  {
    documents: {
      'start.vxml': `<var name="kept"/><form><block><data name="a" src="a.xml"/><data name="b" src="b.xml"/>
        <assign name="kept" expr="a"/><goto next="#g"/></block></form>
        <form id="g"><subdialog name="r" src="#s"/><block><log expr="kept.documentElement.firstChild.data + r.word"/></block></form>
        <form id="s"><var name="word"/><block><data name="a" src="b.xml"/><assign name="word" expr="a.documentElement.firstChild.data"/>
        <return namelist="word"/></block></form>`,
    },
    serve: server({ 'a.xml': { body: '<r>one</r>' }, 'b.xml': { body: '<r>two</r>' } }),
  },
  { events: [], logs: ['onetwo'] },
)

scenario(
  '2.1 5 <foreach> and <value> over what was fetched',
  {
    documents: {
      'start.vxml': `<form><block><data name="d" src="movies.xml"/>
        <script><![CDATA[ var titles = [], list = d.getElementsByTagName('t')
          for (var i = 0; i < list.length; i++) titles.push(list[i].firstChild.data) ]]></script>
        <prompt><foreach item="t" array="titles"><value expr="t"/>, </foreach></prompt></block></form>`,
    },
    serve: server({ 'movies.xml': { body: '<m><t>Up</t><t>Jaws</t></m>' } }),
  },
  { heard: ['Up, Jaws,'] },
)

for (const [title, instruction, granted] of [
  ['none', '', true],
  ['everybody', '<?access-control allow="*"?>', true],
  ['this host', '<?access-control allow="other.example app.example"?>', true],
  ['hosts below, and the domain itself', '<?access-control allow="*.app.example"?>', true],
  ['a domain above', '<?access-control allow="*.example"?>', true],
  ['others', '<?access-control allow="other.example *.com"?>', false],
  ['a name that merely ends alike', '<?access-control allow="*.pp.example"?>', false],
  ['all but this one', '<?access-control allow="*" deny="app.example"?>', false],
  ['nobody', "<?access-control deny='*'?>", false],
  ['nobody but this one', '<?access-control allow="app.example" deny="*"?>', true],
  ['somebody else denied', '<?access-control deny="other.example"?>', true],
  [
    'two instructions together',
    '<?access-control allow="b.example"?><?access-control allow="app.example"?>',
    true,
  ],
] as const) {
  scenario(
    `2.1 5 access-control: ${title}`,
    {
      documents: {
        'start.vxml': '<form><block><data name="d" src="http://data.example/q"/></block></form>',
      },
      serve: server({
        'http://data.example/q': { body: `<?xml version="1.0"?>${instruction}<a/>` },
      }),
    },
    { events: granted ? [] : ['error.noauthorization'] },
  )
}

scenario(
  '2.1 5 an entity bomb, an external entity and a deep document are error.badfetch',
  {
    documents: {
      'start.vxml': `<var name="n" expr="0"/><form><catch event="error.badfetch"><assign name="n" expr="n + 1"/>
        <if cond="n &lt; 3"><goto nextitem="b"/></if><exit expr="n"/></catch>
        <block name="b"><data name="d" srcexpr="'bad' + n"/></block></form>`,
    },
    serve: server({
      bad0: {
        body: `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(999)}"><!ENTITY b "${'&a;'.repeat(999)}">]><a>&b;&b;</a>`,
      },
      bad1: { body: '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>' },
      bad2: { body: '<a>'.repeat(100_000) },
    }),
  },
  { end: { reason: 'exit', exitValue: '3' } },
)

scenario(
  '2.1 5 more data than a session may hold is error.semantic, and the session goes on',
  {
    documents: {
      'start.vxml': `<form><catch event="error.semantic"><exit expr="'too much'"/></catch>
        <block><data name="d" src="big.xml"/><script>d.getElementsByTagName('*')</script></block></form>`,
    },
    serve: server({ 'big.xml': { body: `<a>${'<b c="d">e</b>'.repeat(60_000)}</a>` } }),
  },
  { end: { reason: 'exit', exitValue: '"too much"' } },
)

scenario(
  '2.1 5 further formats: JSON is bound as the value that it is',
  {
    documents: {
      'start.vxml': `<form><block><data name="d" src="q.json"/><log expr="d.list[1].name + typeof d.polluted"/></block></form>`,
    },
    serve: server({
      'q.json': {
        contentType: 'application/json',
        body: '{"list":[1,{"name":"Ada"}],"__proto__":{"polluted":1}}',
      },
    }),
  },
  { logs: ['Adaundefined'] },
)

scenario(
  '2.1 5 a document that is sent on goes as XML',
  {
    documents: {
      'start.vxml': `<form><block><data name="d" src="q.xml"/><submit next="go.vxml" namelist="d"/></block></form>`,
      'go.vxml': '<form><block>ok</block></form>',
    },
    serve: server({ 'q.xml': { body: '<a b="&quot;&lt;"><!--c-->d&amp;<e/></a>' } }),
  },
  {
    heard: ['ok'],
    also: (talk) =>
      assert.deepEqual(requests(talk, `${HOST}/go.vxml`)[0]?.fields, [
        ['d', '<a b="&quot;&lt;"><!--c-->d&amp;<e/></a>'],
      ]),
  },
)
