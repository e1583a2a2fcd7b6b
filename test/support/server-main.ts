// A server in a process of its own, for tests that kill it: `server-main.ts CONFIG [FAIL_POINT]`.
// Prints one JSON line with its HTTP address when it is ready.
import { type Config, run } from '#app'
import { armFailPoint, createLogger, FAIL_POINTS } from '#base'

const [configText = '{}', point] = process.argv.slice(2)
const named = FAIL_POINTS.find((one) => one === point)
if (named !== undefined) armFailPoint(named)
const config = JSON.parse(configText) as Config
const server = await run(config, createLogger(config.logLevel))
void server.replaced.then(() => process.exit(1))
console.log(JSON.stringify(server.httpAddress))
process.once('SIGTERM', () => {
  void server.stop()
})
