import type { FetchRequest } from '../platform.ts'
import type { Willingness } from './freshness.ts'

/** A resource as a document asks for it. */
export interface ResourceRequest extends Omit<FetchRequest, 'headers'>, Willingness {}
