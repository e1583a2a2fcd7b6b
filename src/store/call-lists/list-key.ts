/** Which list: account first, as in every key. */
export interface ListKey {
  readonly accountId: number
  readonly campaignId: number
  readonly listId: number
}
