import { scenario } from './scenario.ts'
import { HOST } from './scripted-caller.ts'

scenario(
  '5.1.2 the closest scope wins, and each is an object of its name',
  `<var name="v" expr="'document'"/>
   <form><var name="v" expr="'dialog'"/>
   <block><var name="v" expr="'anonymous'"/>
   <exit expr="[v, dialog.v, document.v].join()"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"anonymous,dialog,document"' } },
)

scenario(
  '5.1.2 a variable of a block is gone after it',
  `<form><block><var name="mine" expr="1"/></block>
   <block><exit expr="typeof mine"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"undefined"' } },
)

scenario(
  '5.1.2 dialog variables are initialised anew at each entry',
  `<var name="entries" expr="0"/>
   <form id="f"><var name="n" expr="0"/>
   <block><assign name="n" expr="n + 1"/><assign name="entries" expr="entries + 1"/>
   <if cond="entries &lt; 3"><goto next="#f"/></if><exit expr="n"/></block></form>`,
  { end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '5.1.4 session variables of the call are there, and read-only',
  `<form><block><exit expr="[session.id, session.connection.remote.uri, session.connection.local.uri,
    session.connection.protocol.name, session.connection.call_id, session.connection.callee_type,
    session.connection.message_reference, session.connection.call_parameters,
    session.connection.columns.name, session.telephone.ani, session.telephone.dnis].join('|')"/>
   </block></form>`,
  {
    end: {
      reason: 'exit',
      exitValue:
        '"s-1|tel:+16177123000|tel:+18005551212|sip|42|processing|ref|a=1|Ada|8005551212|6177123000"',
    },
  },
)

scenario(
  '5.1.4 a session variable cannot be assigned',
  `<form><block><assign name="session.id" expr="1"/></block></form>`,
  { events: ['error.semantic'] },
)

scenario(
  '5.1.5 application.lastresult$ is undefined before any recognition',
  `<form><block><exit expr="application.lastresult$ === undefined"/></block></form>`,
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '1.5.2 root variables are seen by leaves and kept from leaf to leaf',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block>
        <assign name="application.n" expr="application.n + 1"/><goto next="leaf.vxml"/></block></form></vxml>`,
      'leaf.vxml': `<vxml version="2.1" application="${HOST}/root.vxml"><form><block>
        <exit expr="n"/></block></form></vxml>`,
      'root.vxml': `<var name="n" expr="10"/><form><block>never</block></form>`,
    },
  },
  { end: { reason: 'exit', exitValue: '11' }, heard: [] },
)

scenario(
  '1.5.2 leaf to root by <goto> keeps the root context, and does not fetch again',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block>
        <assign name="n" expr="5"/><goto next="root.vxml#f"/></block></form></vxml>`,
      'root.vxml': `<var name="n" expr="1"/><form id="f"><block><exit expr="n"/></block></form>`,
    },
  },
  { end: { reason: 'exit', exitValue: '5' } },
)

scenario(
  '1.5.2 leaf to root by <submit> initialises the root context',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block>
        <assign name="n" expr="5"/><submit next="root.vxml#f"/></block></form></vxml>`,
      'root.vxml': `<var name="n" expr="1"/><form id="f"><block><exit expr="n"/></block></form>`,
    },
  },
  { end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '1.5.2 to another application, the old one is forgotten',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block>
        <goto next="other.vxml"/></block></form></vxml>`,
      'root.vxml': `<var name="n" expr="1"/>`,
      'other.vxml': `<form><block><exit expr="typeof n"/></block></form>`,
    },
  },
  { end: { reason: 'exit', exitValue: '"undefined"' } },
)

scenario(
  '5.3.7 document variables are kept by a fragment alone, and lost by an address',
  `<var name="n" expr="0"/>
   <form><block><assign name="n" expr="n + 1"/><goto next="#b"/></block></form>
   <form id="b"><block><log expr="n"/><if cond="n == 1"><assign name="n" expr="7"/>
   <goto next="start.vxml#c"/></if></block></form>
   <form id="c"><block><exit expr="n"/></block></form>`,
  { logs: ['1'], end: { reason: 'exit', exitValue: '0' } },
)

scenario(
  '1.5.2 a root document that names a root is a semantic error',
  {
    documents: {
      'start.vxml': `<form><catch event="error.semantic">caught</catch>
        <block><goto next="leaf.vxml"/></block></form>`,
      'leaf.vxml': `<vxml version="2.1" application="root.vxml"><form/></vxml>`,
      'root.vxml': `<vxml version="2.1" application="leaf.vxml"><form/></vxml>`,
    },
  },
  { heard: ['caught'], events: ['error.semantic'] },
)
