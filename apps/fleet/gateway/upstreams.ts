import { Injectable } from '@nestjs/common';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { Settings } from '../stack/settings.js';
import { Upstream } from './upstream.js';

/** The services behind the gateway. */
@Injectable()
export class Upstreams {
  readonly auth: Upstream;
  readonly diagrams: Upstream;

  constructor({ variables }: Settings, shutdown: GracefulShutdown) {
    this.auth = new Upstream('auth', variables.AUTH_URL, shutdown);
    this.diagrams = new Upstream('diagrams', variables.DIAGRAMS_URL, shutdown);
  }
}
