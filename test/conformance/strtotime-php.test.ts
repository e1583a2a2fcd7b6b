import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { answerAs, differences } from './strtotime-answers.ts'
import { generateTimes } from './strtotime-generator.ts'

const PHP_VERSION = '8.2'
const QUESTIONS = 20_000
const skip = hasPhp() ? false : `php-cli ${PHP_VERSION} is not installed`

/** Prints PHP's answers, one a line. */
const PROGRAM = `while (($line = fgets(STDIN)) !== false) {
  [$text, $now, $zone] = json_decode($line);
  date_default_timezone_set($zone);
  $seconds = strtotime($text, $now);
  echo json_encode($seconds === false ? null : $seconds), "\\n";
}`

test('generated times get the value that PHP gives here and now', { skip }, (context) => {
  const questions = generateTimes('php', QUESTIONS)
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const php = spawnSync('php', ['-r', PROGRAM], { input, encoding: 'utf8', maxBuffer: 1e8 })
  assert.equal(php.status, 0, php.stderr)
  const answers = php.stdout.trimEnd().split('\n')
  const cases = questions.map((question, index) => answerAs(question, answers[index]!))
  const { understood, refused, wrong } = differences(cases)
  context.diagnostic(`${understood} of ${QUESTIONS} understood, ${refused.length} only by PHP`)
  assert.deepEqual(wrong, [])
  // Moments beyond what is reckoned, and the other departures of docs/reference/times.md.
  assert.ok(refused.length < QUESTIONS / 1000, refused.slice(0, 20).join('\n'))
})

function hasPhp(): boolean {
  const { status, stdout } = spawnSync('php', ['-r', 'echo PHP_VERSION;'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith(`${PHP_VERSION}.`)
}
