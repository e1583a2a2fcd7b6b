// The files that operators deploy with: read as their tools read them, and their settings by our own reader.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { validate } from 'dockerfile-utils'
import { parse, parseDocument } from 'yaml'
import { loadConfig } from '#app'
import { findProgram } from '#test/program'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** What an operator must give; of the rest the files' own values or defaults are taken. */
const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'secret',
  OUTDIAL_ACCOUNT: 'demo:1234',
  OUTDIAL_TRUNK: 'sip:127.0.0.1:5070',
}

describe('the Dockerfile', () => {
  it('has no fault', () => {
    assert.deepEqual(validate(read('Dockerfile')), [])
  })

  it('starts a server that its settings allow', () => {
    const settings = [...read('Dockerfile').matchAll(/\b(OUTDIAL_\w+)=(\S+)/g)]
      .map(([, name = '', value = '']) => [name, value] as const)
      .filter(([name]) => name !== 'OUTDIAL_ACCOUNT' && name !== 'OUTDIAL_TRUNK')
    const { http, dataFolder } = loadConfig(Object.fromEntries(settings))
    assert.deepEqual([http, dataFolder], [{ host: '0.0.0.0', port: 8080 }, '/var/lib/outdial'])
  })
})

describe('the compose file', () => {
  const { services, volumes } = parse(read('deploy/compose.yaml'), { merge: true })

  it('has two servers on one database, with settings that hold beside each other', () => {
    const servers = Object.values<Service>(services).filter(({ image }) => image === 'outdial')
    assert.equal(servers.length, 2)
    const configs = servers.map(({ environment = {} }) => {
      const settings = Object.entries(environment).map(([name, value]) => [name, given(value)])
      return loadConfig(Object.fromEntries(settings))
    })
    const [one, two] = configs
    assert.ok(one !== undefined && two !== undefined)
    assert.equal(one.databaseUrl, two.databaseUrl)
    for (const apart of ['node', 'http', 'sip', 'rtpPorts'] as const) {
      assert.notDeepEqual(one[apart], two[apart], apart)
    }
    assert.ok(one.rtpPorts.high < two.rtpPorts.low)
  })

  it('mounts only volumes that it declares, and waits for services that it has', () => {
    for (const { volumes: mounts = [], depends_on = {} } of Object.values<Service>(services)) {
      for (const mount of mounts) assert.ok((mount.split(':')[0] ?? '') in volumes, mount)
      for (const name of Object.keys(depends_on)) assert.ok(name in services, name)
    }
  })
})

interface Service {
  readonly image: string
  readonly environment?: Readonly<Record<string, string | number>>
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, unknown>>
}

/** As compose puts values in: `${NAME:-default}` and `${NAME:?why}`. */
function given(value: string | number): string {
  return String(value).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind, rest) => {
    const known = GIVEN[name] ?? (kind === '-' ? rest : undefined)
    assert.ok(known !== undefined, `${name} must be given`)
    return known
  })
}

describe('the systemd unit', () => {
  const analyzer = findProgram('systemd-analyze')

  it('names settings that there are', () => {
    const unit = read('deploy/systemd/outdial.service')
    const settings = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name, value]) => [
      name,
      value,
    ])
    assert.equal(loadConfig(Object.fromEntries(settings)).dataFolder, '/var/lib/outdial')
  })

  it('is understood by systemd', { skip: 'skip' in analyzer ? analyzer.skip : false }, () => {
    const path = join(ROOT, 'deploy/systemd/outdial.service')
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
    const about = stderr.split('\n').filter((line) => line.includes('outdial.service'))
    assert.deepEqual([status, about], [0, []])
  })
})

describe('the Helm chart', () => {
  const values = parse(read('deploy/helm/outdial/values.yaml'))

  it('refers to values that there are, and is YAML with them', () => {
    const folder = 'deploy/helm/outdial/templates'
    for (const file of readdirSync(join(ROOT, folder))) {
      const document = parseDocument(rendered(read(`${folder}/${file}`), values))
      assert.deepEqual([file, document.errors], [file, []])
    }
  })

  it('gives a pod settings that hold', () => {
    const set = parse(rendered(read('deploy/helm/outdial/templates/statefulset.yaml'), values))
    const [container] = set.spec.template.spec.containers
    const env = container.env as readonly { name: string; value?: string }[]
    const settings = env
      .filter(({ name }) => name.startsWith('OUTDIAL_'))
      .map(({ name, value = 'pod-0' }) => [name, value.replace('$(HOST_IP)', '192.0.2.1')])
    const { http, sip, rtpPorts, lines, node } = loadConfig(Object.fromEntries(settings))
    assert.deepEqual([http.port, sip.port, lines, node], [8080, 5060, 100, 'pod-0'])
    assert.deepEqual(rtpPorts, { low: 20_000, high: 29_999 })
    assert.equal(container.readinessProbe.httpGet.path, '/health/ready')
  })
})

/**
 * What Helm makes of the few things that our templates use; anything else of its language fails. Helm
 * itself is not in Debian.
 */
function rendered(template: string, values: Readonly<Record<string, unknown>>): string {
  const look = (path: string): unknown => {
    if (path === '.Release.Name') return 'outdial'
    const names = path.replace(/^\.Values\./, '').split('.')
    const value = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], values)
    assert.ok(value !== undefined, `${path} is in values.yaml`)
    return value
  }
  const quote = (value: unknown): string => JSON.stringify(String(value))
  const block = (value: unknown, indent: string): string =>
    `\n${' '.repeat(Number(indent))}${JSON.stringify(value)}`
  const text = template
    .replace(
      /\s*\{\{- range \$name, \$value := (\S+) \}\}([\s\S]*?)\s*\{\{- end \}\}/g,
      (_, path: string, body: string) =>
        Object.entries(look(path) as object)
          .map(([name, value]) =>
            body.replace('{{ $name }}', name).replace('{{ $value | quote }}', quote(value)),
          )
          .join(''),
    )
    .replace(/\s*\{\{- toYaml (\S+) \| nindent (\d+) \}\}/g, (_, path, indent) =>
      block(look(path), indent),
    )
    .replace(/\{\{ printf "%s:%s" (\S+) (\S+) \| quote \}\}/g, (_, one, two) =>
      quote(`${look(one)}:${look(two)}`),
    )
    .replace(/\{\{ (\.\S+) \| quote \}\}/g, (_, path) => quote(look(path)))
    .replace(/\{\{ (\.\S+) \}\}/g, (_, path) => String(look(path)))
  assert.doesNotMatch(text, /\{\{/)
  return text
}
