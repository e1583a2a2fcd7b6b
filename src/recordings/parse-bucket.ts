/**
 * `https://host/bucket` or `https://host/bucket/prefix`, with `?region=` where it is not `us-east-1`.
 * Undefined: an empty text. Throws what is wrong with it.
 */
export function parseBucket(text: string): { url: string; region: string } | undefined {
  if (text === '') return undefined
  const url = URL.parse(text)
  const path = url?.pathname.replace(/\/+$/, '') ?? ''
  const names = url === null ? [] : [...url.searchParams.keys()]
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isHttp || path === '' || url.hash !== '') throw badBucket()
  if (url.username !== '' || url.password !== '') {
    throw new Error('It may not name keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.')
  }
  // What would have to be escaped is signed differently by different servers.
  if (!/^[A-Za-z0-9._~/-]+$/.test(path)) {
    throw new Error('The names of bucket and prefix may have letters, digits and - . _ ~ only.')
  }
  const [unknown] = names.filter((name) => name !== 'region')
  if (unknown !== undefined) throw new Error(`"${unknown}" is no parameter of it; region is.`)
  return { url: `${url.origin}${path}`, region: url.searchParams.get('region') || 'us-east-1' }
}

function badBucket(): Error {
  return new Error(
    'It is not the address of a bucket, for example ' +
      'https://s3.eu-central-1.amazonaws.com/bucket/prefix?region=eu-central-1.',
  )
}
