import type { JsonValue, ScriptContext } from '#script'
import type { SessionVariables } from '../platform.ts'

/** `session.*` as plum-api section 7 and VoiceXML 2.0 section 5.1.4 have it. */
export function declareSessionVariables(scripts: ScriptContext, variables: SessionVariables): void {
  scripts.setVariable('session', 'id', variables.sessionId)
  scripts.setVariable('session', 'telephone', { ani: variables.ani, dnis: variables.dnis })
  declareConnection(scripts, variables, variables.calleeType)
}

/** Detection is done while the dialogue runs: the variable follows. */
export function calleeTypeChanged(
  scripts: ScriptContext,
  variables: SessionVariables,
  change: { readonly calleeType: string },
): void {
  declareConnection(scripts, variables, change.calleeType)
}

/**
 * `originator` "directly references either the local or remote property": the same object, so that
 * documents may compare them. Made inside the sandbox, for data that comes in shares nothing.
 */
function declareConnection(
  scripts: ScriptContext,
  variables: SessionVariables,
  calleeType: string,
): void {
  const facts = JSON.stringify(connection(variables, calleeType))
  const code = `(function (facts) {
    // The call is placed by the platform: it is the local end that originates.
    facts.originator = facts.local
    for (var name in facts) if (typeof facts[name] === 'object') Object.freeze(facts[name])
    return Object.freeze(facts)
  })(${facts})`
  scripts.declare('connection', code, { scope: 'session' })
}

/** Where no application-to-application data has come, `aai` is undefined, as the Recommendation wants it. */
function connection(variables: SessionVariables, calleeType: string): JsonValue {
  return {
    remote: { uri: variables.remoteUri },
    local: { uri: variables.localUri },
    protocol: { name: 'sip', version: '2.0' },
    redirect: [],
    ...(variables.aai === undefined ? {} : { aai: variables.aai }),
    callee_type: calleeType,
    call_id: variables.callId,
    message_reference: variables.messageReference,
    call_parameters: variables.callParameters,
    campaign_parameters: variables.campaignParameters,
    columns: variables.columns,
  }
}
