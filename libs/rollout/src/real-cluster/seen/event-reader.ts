import { type Timeline } from '../../events/rollout-event.js';
import { type EventObject } from '../api/objects.js';
import { type PodReader } from './pod-reader.js';

/** Reads what controllers and kubelets tell: when a pod is told to stop, and warnings. */
export class EventReader {
  readonly #told = new Set<string>();

  constructor(
    private readonly timeline: Timeline,
    private readonly pods: PodReader,
  ) {}

  read({ involvedObject: { kind, name }, type, reason = '', message = '' }: EventObject): void {
    if (kind !== 'Pod' || name === undefined || !this.pods.names.has(name)) return;
    const isKilling = reason === 'Killing';
    if (isKilling && !message.includes('probe')) return this.pods.told(name);
    if (isKilling || type === 'Warning') this.#tell(name, reason, message);
  }

  /** A kubelet repeats a warning, each time with a higher count. */
  #tell(pod: string, reason: string, message: string): void {
    const key = `${pod} ${reason} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.timeline.record({ type: 'cluster-told', pod, reason, message });
  }
}
