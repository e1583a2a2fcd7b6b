// @ts-check
// On every page: tells the server the zone in which times are to be shown, from the next page on.

const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
if (timeZone !== undefined && !document.cookie.includes(`zone=${timeZone}`)) {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `zone=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}
