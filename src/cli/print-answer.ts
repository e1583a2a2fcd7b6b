/** What a command has done, for a person or, with `--json`, for a program: one line of JSON. */
export function printAnswer(isJson: boolean | undefined, json: unknown, text: string): void {
  console.log(isJson === true ? JSON.stringify(json) : text)
}
