import { OutdialError, readSettingTexts, type SettingName } from '#base'

/** The server that commands ask, and what opens it; absent: those of `outdial login`. */
export interface ServerSettings {
  readonly url?: string
  readonly key?: string
}

const URL_NAME: SettingName = 'OUTDIAL_URL'
const KEY_NAME: SettingName = 'OUTDIAL_KEY'

/**
 * The only settings of a command that asks a server: it does not wait for what the others are about.
 *
 * @throws OutdialError `setting-invalid`, `setting-unknown`
 */
export function readServerSettings(
  environment: Readonly<Record<string, string | undefined>>,
): ServerSettings {
  const { [URL_NAME]: url = '', [KEY_NAME]: key = '' } = readSettingTexts(environment)
  if (url !== '' && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const sentence = `${URL_NAME}: It is not an http or https URL, for example http://127.0.0.1:8080.`
    throw new OutdialError('setting-invalid', sentence, { field: URL_NAME })
  }
  return { ...(url === '' ? {} : { url }), ...(key === '' ? {} : { key }) }
}
