/**
 * What people and machines say when a phone is answered. `{name}`, `{firm}`, `{place}` and `{number}` stand for
 * words of the phrase's own half; `|` stands for a pause of its group.
 */

/** A single word or two, by far the most of what people say. */
export const HELLOS: readonly string[] = [
  'Hello?',
  'Hello.',
  'Yes?',
  'Yeah?',
  'Hi there.',
  'Hey.',
  'Good morning.',
  'Good evening.',
  'Yes, hello?',
  'Hello, hello?',
  'Speaking.',
  'Yes please?',
  'Oh hi.',
  'Hey, what is up?',
  'Hello, good afternoon.',
  'Hiya.',
  'Hello, yes?',
  'Who is this?',
  'Yep.',
  'Good day.',
  'Hello, this is me.',
  'Yes, go ahead.',
  'Hi, hello.',
  'Well hello.',
  'Evening.',
  'Morning.',
  'Go on.',
  'Hallo?',
  'What?',
  'Okay, hello?',
]

export const NAMED: readonly string[] = [
  '{name}.',
  '{name} speaking.',
  'Hello, {name} here.',
  'This is {name}.',
  'Yes, {name}.',
  'Hi, it is {name}.',
  'Hello, you are talking to {name}.',
  '{name}, hello?',
  'The {name} residence.',
  'Hello, {name} on the phone.',
  'Good morning, {name}.',
  '{name}, good afternoon.',
]

/** Somebody at work. */
export const DESKS: readonly string[] = [
  '{firm}, good morning.',
  '{firm}, how can I help?',
  '{firm}, {name} speaking.',
  'Hello, {firm}.',
  'Good afternoon, {firm}.',
  '{firm}, can you hold?',
  'Front desk, this is {name}.',
  'Accounts, {name}.',
  '{firm}, this is {name}, how may I help you?',
  'Thanks for calling {firm}, {name} speaking.',
  'Reception, good morning.',
  '{firm}, what can I do for you?',
]

/** The pause is that of somebody who waits for an answer. */
export const TWICE: readonly string[] = [
  'Hello?|Hello?',
  'Yes?|Hello, who is there?',
  'Hello?|Is anybody there?',
  '{name}.|Hello?',
  'Hi.|Hello, can you hear me?',
  'Yeah?|What is it?',
  'Good morning.|Hello?',
  'Hello.|Yes?',
]

/** The pause is short: who speaks thinks. */
export const HESITANT: readonly string[] = [
  'Um|hello?',
  'Ah|yes?',
  'Hang on|yes, hello?',
  'Just a second|hi.',
  'Er|{name}?',
  'Yes|um, hello?',
  'Hello|sorry, yes?',
  'Oh|hello there.',
]

/** Machines that say more than a few words. */
export const GREETINGS: readonly string[] = [
  'Hi, you have reached {name}. I cannot come to the phone right now, so please leave your name and number and I will ring you back.',
  'Hello, this is the voice mail of {name}. Please leave a message after the tone.',
  'You are connected to the answering machine of {name}. Speak after the beep, and thank you for calling.',
  'Hey, it is {name}. I am probably driving or asleep. Tell me what you want and I will get back to you.',
  'Thank you for calling {firm}. Our office is closed at the moment. Our hours are Monday to Friday from nine to five. Please leave a message.',
  'The person you are calling is not available. At the tone, please record your message. When you have finished recording, you may hang up.',
  'Your call has been forwarded to an automated voice messaging system. {number} is not available. At the tone, please record your message.',
  'Sorry we missed you! {name} and the children are out in the garden. Leave us a few words and have a wonderful day.',
  'Hello, neither of us can take your call. If it is urgent, try our mobile phone, otherwise say who you are when you hear the signal.',
  'This is {name} at {firm}. I am away from my desk or on another line. Please leave a detailed message with your telephone number, and I will return your call as soon as possible.',
  'You have called {number}. Nobody is here to answer. You may leave a message of up to two minutes.',
  'Welcome to the mailbox of {name}. To leave a message, wait for the tone. To page this person, press five now.',
  'Good day. The subscriber has switched off the phone. After the beep you can record a message, which costs as much as a normal call.',
  'Hi! We are either out or we cannot find the phone. You know what to do, and when to do it.',
  'This is an automatic recorder. State your business slowly and clearly, do not forget the date and the time, and wait for our answer.',
  'Hello and thanks for ringing {firm} in {place}. All of us are busy with other customers. Please tell us your order number and we will call you.',
  'I am on holiday until the end of the month and will not hear my messages before that. In urgent cases please turn to {name}.',
  'Hi, this is {name}, sorry I missed your call. Leave me a message or just send me a text, and I will call you back later today.',
  'The mobile phone you have called may be turned off or out of reach. Please try again later, or leave your message now.',
  'You have reached the home of the {name} family. We would love to talk to you, but we are away. Please speak after the long tone.',
  'Greetings. No one is available to take your call. Begin to speak when you hear the signal, and press the hash key when you are done.',
  'Thanks for your call to the service line of {firm}. This call is answered by a machine. Please leave your customer number.',
  'This is the voice mailbox for extension {number}. The person at this extension did not answer. Record your message at the tone.',
  'Hello, {name} is not at home. If you want to talk to him, call again after six, or leave him a note after the beep.',
  'My phone and I are in different rooms again. Say something nice after the beep, and I might even ring you back.',
  'Dear caller, our surgery in {place} is closed today. In an emergency dial the number of the hospital. Otherwise leave your name and your date of birth.',
  'You are through to the voice mail service. The customer {name} cannot be reached at present. Your message will be delivered as a text.',
  'Hello there. I do not answer numbers I do not know. If you are a real person, leave a message and tell me why you called.',
  'Please leave your message for {name} after the tone. To send a fax, press start now.',
  'It is {name}, and I am in a meeting that never ends. Messages are read in the evening. Cheers.',
  'We are sorry, but {firm} can not take your call. For opening times press one. For anything else, hold on and speak after the signal.',
  'Hi there, this is the message box of the {place} tennis club. Courts can be booked on our web page. For everything else, talk after the tone.',
]

/** Parts with pauses in between, as of a name that was spoken in, or of somebody who reads from paper. */
export const BROKEN_GREETINGS: readonly string[] = [
  'You have reached|{name}|Please leave a message after the tone.',
  'Hi|this is {name}|I am not in|so leave me a message.',
  'The number you have dialled|{number}|is not available.|Please speak after the beep.',
  'Hello.|You have reached {firm}.|We are closed now.|Please call back in the morning.',
  'The mailbox of|{name}|can take your message now.',
  'Hi, {name} here,|sorry, I am out.|Leave a message.',
  'Welcome to voice mail.|{name}|does not answer.|Record your message at the tone.',
  'This is {name}.|You know the rules.|Wait for the beep|and then talk.',
  'Your call is answered by|{firm}|Nobody can take it now.',
  'Good morning.|This is a machine.|Please say your name|and your number.',
  'You are calling|{number}|The person is on another call.',
  'Hey there|{name} again|not really me of course|but my machine.',
]

/** What is so short that the beep comes before anybody could know. */
export const SHORT_GREETINGS: readonly string[] = [
  'Leave a message.',
  'It is {name}, leave a message.',
  'Please speak now.',
  'You know what to do.',
  'Message, please.',
  'Not here, beep is next.',
  '{name}, after the beep.',
  'Talk to the machine.',
]

/** Announcements of the network that begin without tones; recorded as any machine's. */
export const ANNOUNCEMENTS: readonly string[] = [
  'The number you have dialled is not in service. Please check the number and dial again.',
  'All circuits are busy now. Will you please try your call again later.',
  'The number you are calling has been changed. The new number is {number}.',
  'Your call cannot be completed as dialled. Please hang up and look up the number.',
  'The customer you want to reach does not take calls at this time. Good bye.',
  'This line is temporarily out of order. Please ask the operator for help.',
  'We are sorry, the area code has changed. You do not need to dial a one any more.',
  'Calls to {place} are not possible because of a fault in the network.',
]

/** A robot that asks who is calling. */
export const SCREENINGS: readonly string[] = [
  'Hi, the person you are calling uses a screening service, and will get a copy of this talk. Please say your name and why you are calling.',
  'Before I put you through, tell me who you are and what it is about. Then stay on the line.',
  'This number accepts announced calls only. Say your name after the tone and wait to be connected.',
  'The subscriber wants to know who calls. Please record your name now, and I will see if {name} is available.',
  'You are talking to the assistant of {name}. What is the reason for your call?',
  'Calls to this phone are filtered. If you are not a robot, please press the key five and hold the line.',
]

export const NAMES: readonly string[] = [
  ...[
    'Anna',
    'Robert Miller',
    'Jane Cooper',
    'Mister Ferguson',
    'Lily',
    'Tom Baker',
    'Doctor Singh',
  ],
  ...[
    'Maria Lopez',
    'Kevin',
    'Susan Wright',
    'Peter',
    'Olga',
    'Mister and Misses Young',
    'Henry Ford',
  ],
  ...[
    'Charlotte',
    'Ben Archer',
    'Nora',
    'Samuel Green',
    'Deborah',
    'Frank Castle',
    'Yuki',
    'Paul Newman',
  ],
  ...[
    'Gina',
    'Walter Brown',
    'Emily Stone',
    'Igor',
    'Patricia',
    'Ned Harper',
    'Zoe',
    'Victor Hale',
  ],
]

export const FIRMS: readonly string[] = [
  ...['Smith and Sons', 'Riverside Dental', 'City Motors', 'Blue Door Books', 'Harbor Electric'],
  ...[
    'Green Valley Farm',
    'Acorn Insurance',
    'North Star Travel',
    'Pizza Roma',
    'Hill Street Clinic',
  ],
  ...['Oakwood Plumbing', 'Sunrise Bakery', 'Metro Taxi', 'Crown Hotel', 'Baker and Lane'],
  ...['Silver Line Logistics', 'Lakeside Vets', 'Union Bank', 'Garden World', 'Alpha Computers'],
]

export const PLACES: readonly string[] = [
  ...[
    'Springfield',
    'Oxford',
    'Lake Placid',
    'Denver',
    'Mill Valley',
    'Newport',
    'Brighton',
    'Salem',
  ],
  ...['Aberdeen', 'Glendale', 'Portland', 'Westfield'],
]

export const NUMBERS: readonly string[] = [
  ...['6 1 7, 5 5 5, 0 1 2 3', '4 4 2', '2 0 2, 5 5 5, 0 1 7 7', '5 5 5, 0 1 9 1', '3 1 8'],
  ...['8 0 0, 5 5 5, 0 1 4 2', '7 7', '9 1 2, 5 5 5, 0 1 8 8', '5 5 5, 0 1 1 0', '6 0 5'],
]
