/** What a form was sent with. A field that is not there is empty. */
export interface Form {
  text(name: string): string
  /** All values of one name. */
  all(name: string): readonly string[]
  has(name: string): boolean
  /** Of `multipart/form-data`; undefined where no file was chosen. */
  file(name: string): File | undefined
}

/** Line ends of text areas become LF, as they were typed. */
export async function readForm(request: Request): Promise<Form> {
  const data = await request.formData()
  const all = (name: string): string[] =>
    data
      .getAll(name)
      .flatMap((one) => (typeof one === 'string' ? [one.replaceAll('\r\n', '\n')] : []))
  return {
    all,
    text: (name) => all(name)[0] ?? '',
    has: (name) => data.has(name),
    file: (name) => {
      const [value] = data.getAll(name)
      return value instanceof File && (value.size > 0 || value.name !== '') ? value : undefined
    },
  }
}
