import { type Attempt, type RequestRecord } from '../ledger/request-record.js';

/** A connection to a pod that is kept between requests, with the requests that travelled on it in order. */
export interface Connection {
  readonly openedAt: number;
  readonly trips: readonly Trip[];
}

/** One request on a connection. */
export interface Trip {
  readonly record: RequestRecord;
  readonly attempt: Attempt;
}

/** How long a request may cross an answer's `Connection: close`, or a process may need to notice its signal, in ms. */
const CROSSING_MS = 250;

/** Connections by pod. Two are the same when they were opened to one pod at the same instant of a clock that counts microseconds. */
export function gatherConnections(records: readonly RequestRecord[]): Map<string, Connection[]> {
  const pods = new Map<string, Map<number, Trip[]>>();
  for (const record of records) {
    for (const attempt of record.attempts) {
      if (attempt.connectedAt === undefined) continue;
      const byTime = pods.get(attempt.pod) ?? new Map<number, Trip[]>();
      pods.set(attempt.pod, byTime);
      const trips = byTime.get(attempt.connectedAt) ?? [];
      byTime.set(attempt.connectedAt, trips);
      trips.push({ record, attempt });
    }
  }
  return new Map([...pods].map(([pod, byTime]) => [pod, [...byTime].map(toConnection)]));
}

function toConnection([openedAt, trips]: [number, Trip[]]): Connection {
  return { openedAt, trips: trips.toSorted((a, b) => a.attempt.at - b.attempt.at) };
}

/** Whether the connection was used again after an answer that came after `signalAt` and so could have ended it. */
export function isKeptAfter(connection: Connection, signalAt: number): boolean {
  const said = connection.trips.find(
    ({ record }) => record.fate === 'answered' && (record.answeredAt ?? record.endedAt) > signalAt + CROSSING_MS,
  );
  return said !== undefined && connection.trips.some(({ attempt }) => attempt.at > said.record.endedAt);
}

/** Whether its last answer, after `signalAt`, is known to have left the connection open. */
export function isLeftOpenAfter(connection: Connection, signalAt: number): boolean {
  const last = connection.trips.at(-1)?.record;
  if (last === undefined || last.fate !== 'answered') return false;
  return last.endsConnection === false && (last.answeredAt ?? last.endedAt) > signalAt + CROSSING_MS;
}

/** Whether the connection had been open before the pod's stop began, and carried requests before this one. */
export function isPinned(trip: Trip, stopAt: number): boolean {
  const { connectedAt } = trip.attempt;
  return connectedAt !== undefined && connectedAt < stopAt && (trip.record.isReused || trip.attempt.at > stopAt);
}
