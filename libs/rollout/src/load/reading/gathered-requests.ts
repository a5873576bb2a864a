import { type RequestKind } from '../load-plan.js';

/** Something that is not asked, and why; or that is, and what to know of it. */
export interface LoadNote {
  /** As in `POST /login`, or an origin. */
  readonly about: string;
  readonly message: string;
}

/** What a recording or a description of a service gives. */
export interface GatheredRequests {
  readonly requests: readonly RequestKind[];
  readonly notes: readonly LoadNote[];
}
