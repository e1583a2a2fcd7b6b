import type { QueuedCalls } from '#calls'

/** An upload in the words of the interface. */
export function uploadView(queued: QueuedCalls): object {
  return {
    campaign_id: queued.campaignId,
    list_id: queued.listId,
    accepted: queued.accepted,
    refused: queued.refused,
    duplicates: queued.duplicates,
    refused_rows: queued.refusedRows,
  }
}
