import { scenario } from './scenario.ts'

scenario(
  '2.3.4 a subdialog of the same document returns its namelist as an object',
  `<form><subdialog name="r" src="#s"><filled><log expr="r.a + r.b"/></filled></subdialog>
   <block><exit expr="r.a"/></block></form>
   <form id="s"><var name="a" expr="1"/><var name="b" expr="2"/>
   <block><return namelist="a b"/></block></form>`,
  { logs: ['3'], end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '2.3.4 <param> gives variables their initial values',
  `<form><var name="mine" expr="5"/>
   <subdialog name="r" src="#s"><param name="a" expr="mine + 1"/><param name="b" value="words"/></subdialog>
   <block><exit expr="r.sum"/></block></form>
   <form id="s"><var name="a" expr="100"/><var name="b"/><var name="sum" expr="a + b"/>
   <block><return namelist="sum"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"6words"' } },
)

scenario(
  '2.3.4 a <param> without its <var> is a semantic error',
  `<form><subdialog src="#s"><param name="a" value="1"/></subdialog></form>
   <form id="s"><block><return/></block></form>`,
  { events: ['error.semantic'] },
)

scenario(
  '2.3.4 a subdialog sees nothing of its caller, and leaves nothing behind',
  `<var name="n" expr="1"/>
   <form><var name="mine" expr="1"/><block><assign name="n" expr="2"/></block>
   <subdialog name="r" src="#s"/><block><exit expr="[r.seen, r.n, n].join()"/></block></form>
   <form id="s"><var name="seen" expr="typeof mine"/>
   <block><assign name="n" expr="n + 10"/><return namelist="seen n"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"undefined,11,2"' } },
)

scenario(
  '2.3.4 a subdialog in another document, with a root of its own and a subdialog within',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form>
        <subdialog name="r" src="sub.vxml"/><block><exit expr="r.deep.v + application.n"/></block></form></vxml>`,
      'root.vxml': '<var name="n" expr="1"/>',
      'sub.vxml': `<vxml version="2.1" application="root.vxml"><form>
        <block><assign name="application.n" expr="50"/></block>
        <subdialog name="deep" src="#inner"/><block><return namelist="deep"/></block></form>
        <form id="inner"><var name="v" expr="application.n"/><block><return namelist="v"/></block></form></vxml>`,
    },
  },
  { end: { reason: 'exit', exitValue: '2' } },
)

scenario(
  '5.3.10 <return event> throws in the caller',
  `<form><subdialog src="#s"><catch event="com.example"><exit expr="_event + _message"/></catch></subdialog></form>
   <form id="s"><block><return event="com.example.no" message="!"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"com.example.no!"' } },
)

scenario(
  '5.3.9 <exit> in a subdialog ends the session',
  `<form><subdialog src="#s"/><block>never</block></form>
   <form id="s"><block><exit expr="9"/></block></form>`,
  { end: { reason: 'exit', exitValue: '9' }, heard: [] },
)

scenario(
  '2.3.4 handlers of the caller do not reach into the subdialog',
  `<catch event="x">caught<exit/></catch>
   <form><catch event="y">never</catch><subdialog src="#s"/></form>
   <form id="s"><block><throw event="y"/></block></form>`,
  { heard: ['Sorry, an error has occurred. Goodbye.'] },
)

scenario(
  '2.3.4 the namelist goes with the fetch',
  {
    documents: {
      'start.vxml': `<form><var name="v" expr="3"/><subdialog src="sub.vxml" namelist="v" method="post"/></form>`,
      'sub.vxml': '<form><block><return/></block></form>',
    },
  },
  {
    also: ({ fetches }) => {
      if (fetches[1]?.method !== 'POST' || fetches[1].fields[0]?.join() !== 'v,3') throw new Error()
    },
  },
)

scenario(
  'limits: subdialogs that call themselves end with their own error',
  `<form id="s"><subdialog src="#s"/></form>`,
  { end: { reason: 'limit', fault: { event: 'error.limit.subdialogdepth' } as never } },
)
