import { count, time } from '../../verdict/wording.js';
import { type ClusterLoss } from './cluster-inquiry.js';

/**
 * What the client of the first loss knew of its connection, as in ` The first: a connection of 12.3 s, used 41 times, idle for 1.2 s, its last
 * answer without Connection: close.`; empty where it was a new one.
 */
export function connectionStory(losses: readonly ClusterLoss[]): string {
  const connection = losses.find(({ record }) => (record.connection?.uses ?? 0) > 0)?.record.connection;
  if (connection === undefined) return '';
  const { ageMs, uses, idleMs, lastSaidClose, servedBy } = connection;
  const idle = idleMs === undefined ? 'not answered yet' : `idle for ${time(idleMs)}`;
  const last =
    lastSaidClose === undefined ? '' : `, its last answer ${lastSaidClose ? 'with' : 'without'} Connection: close`;
  const by = servedBy === undefined ? '' : ` (of ${servedBy})`;
  return ` The first: a connection of ${time(ageMs)}, used for ${count(uses, 'request')} before, ${idle}${last}${by}.`;
}
