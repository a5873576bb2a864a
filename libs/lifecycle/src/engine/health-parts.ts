import { type ProbePage } from '../health/probe-server.js';
import { DetailedHealthReader, type DetailParts } from '../monitor/detailed-health.js';
import { DetailPage } from '../monitor/detail-page.js';
import { EventLoopGate } from '../monitor/event-loop-gate.js';
import { HealthMonitor } from '../monitor/health-monitor.js';
import { type EventStream } from '../events/event-stream.js';
import { type Readiness } from '../health/readiness.js';

/** What these parts are made from. */
interface HealthInput extends Omit<DetailParts, 'monitor' | 'eventLoop'> {
  readonly events: EventStream;
  readonly readiness: Readiness;
}

/** What watches how well the service is, and shows it. */
export class HealthParts {
  readonly monitor: HealthMonitor;
  readonly eventLoop: EventLoopGate;
  readonly reader: DetailedHealthReader;
  /** What it serves on the probe port. */
  readonly pages: readonly ProbePage[];

  constructor(engine: HealthInput) {
    this.monitor = new HealthMonitor(engine);
    this.eventLoop = new EventLoopGate(engine);
    const { clock, createdAt, details, phases, settings } = engine;
    const { monitor, eventLoop } = this;
    this.reader = new DetailedHealthReader({ clock, createdAt, details, phases, settings, monitor, eventLoop });
    const path = `${settings.health.path}/detailed`;
    this.pages = monitor.isOn ? [new DetailPage(path, this.reader)] : [];
  }

  /** The service has started. */
  start(): void {
    this.monitor.start();
    this.eventLoop.start();
  }

  /** Nothing is checked any more. */
  stop(): void {
    this.monitor.stop();
    this.eventLoop.stop();
  }
}
