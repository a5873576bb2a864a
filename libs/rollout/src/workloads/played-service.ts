import { type NamedService } from '../network/calls/service-names.js';

/** One port of a Service, and the container port behind it. */
export interface PlayedPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly containerPort: number;
}

/** A Service of one of the workloads. */
export interface PlayedService extends NamedService {
  readonly workload: string;
  readonly ports: readonly PlayedPort[];
}
