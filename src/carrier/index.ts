export {
  BEHAVIOUR_FIELDS,
  type Behaviour,
  type CarrierScript,
  parseCarrierScript,
  parseCarrierScriptText,
} from './behaviour.ts'
export {
  BEHAVIOUR_TABLE,
  type BehaviourRow,
  describeBehaviours,
  formatBehaviourTable,
  tableBehaviour,
} from './behaviour-table.ts'
export { Carrier, type CarrierOptions } from './carrier.ts'
export {
  type CarrierCall,
  type CarrierEvent,
  type EndedBy,
  formatCarrierEvent,
} from './carrier-events.ts'
