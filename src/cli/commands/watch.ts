import { Command } from 'commander'
import { systemClock } from '#base'
import { argument } from '../argument.ts'
import { readCount } from '../read-count.ts'
import { connect, type ServerOptions, serverOptions } from '../server/connect.ts'
import { untilSignal } from '../until-signal.ts'
import { describeSeen, describeTable, sightView } from '../watch/describe-sight.ts'
import { LiveLines } from '../watch/live-lines.ts'
import { onSpaceBar } from '../watch/space-bar.ts'
import { isOver, type Sight, watchCampaigns } from '../watch/watch-campaigns.ts'

interface WatchOptions extends ServerOptions {
  readonly json?: true
}

export function watchCommand(): Command {
  const command = new Command('watch')
    .description('show how campaigns go on a server, while they go')
    .argument('[campaign]', 'campaign_id; without it, all that are not over', argument(readCount))
    .option('--json', 'a JSON object a line for each campaign and change')
  for (const option of serverOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      '\nA table on a terminal, a screenful at a time, else a line for each change. The finish is reckoned from the last minute, and knows' +
        '\nnothing of retries and of calling hours. Ends when the campaign is over, or by Ctrl-C.' +
        '\nExit status: 0 the campaign is over, 1 it cannot be seen, 130 ended by Ctrl-C.',
    )
    .action(async (campaignId: number | undefined, { json, ...options }: WatchOptions) => {
      const client = connect(options)
      const ended = new AbortController()
      void untilSignal().then(() => ended.abort())
      const which = campaignId === undefined ? {} : { campaignId }
      const view = viewerOf(json === true, campaignId === undefined)
      let isDone = false
      const watching = { ...which, clock: systemClock, signal: ended.signal }
      try {
        for await (const sight of watchCampaigns(client, watching)) {
          view.show(sight)
          isDone = campaignId !== undefined && sight.campaigns.every(isOver)
        }
      } finally {
        // The stream of events would go on for ever.
        ended.abort()
        view.end()
      }
      process.exitCode = isDone ? 0 : 130
    })
}

interface Viewer {
  readonly show: (sight: Sight) => void
  readonly end: () => void
}

/** `ofAll`: there may be more than a screen shows. */
function viewerOf(isJson: boolean, ofAll: boolean): Viewer {
  if (isJson || !process.stdout.isTTY) return { show: lineViewer(isJson), end: () => {} }
  const lines = new LiveLines(process.stdout)
  let screenful = 0
  let seen: Sight | undefined
  const draw = (): void => {
    if (seen !== undefined) lines.draw(describeTable(seen, lines, screenful))
  }
  const turn = (): void => {
    screenful += 1
    draw()
  }
  return {
    show: (sight) => {
      seen = sight
      draw()
    },
    end: ofAll ? onSpaceBar(turn) : () => {},
  }
}

/** A line for each campaign of which something has changed, and one on standard error where the server is silent. */
function lineViewer(isJson: boolean): (sight: Sight) => void {
  const told = new Map<number, string>()
  let silence: string | undefined
  return ({ atMs, campaigns, silence: now }) => {
    if (now !== undefined && silence === undefined) console.error(`outdial: ${now}`)
    silence = now
    for (const campaign of campaigns) {
      const { campaign_id: id, state, draining, progress } = campaign
      const news = JSON.stringify([state, draining, progress])
      if (told.get(id) === news) continue
      told.set(id, news)
      const view = sightView(campaign, atMs)
      console.log(isJson ? JSON.stringify(view) : describeSeen(campaign, atMs))
    }
  }
}
