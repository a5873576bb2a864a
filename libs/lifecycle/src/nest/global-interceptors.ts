import { AsyncLocalStorage } from 'node:async_hooks';
import { type ApplicationConfig } from '@nestjs/core';
import { InFlightInterceptor } from '../traffic/in-flight.interceptor.js';

/**
 * Keeps our global interceptor from handlers of microservices and gateways, which are counted where the transport hands a
 * message over. As soon as one interceptor is global, Nest gives a transport an observable in place of what the handler
 * returned, and runs the handler only when the transport subscribes to it.
 *
 * Nest asks the configuration of the application for global interceptors when it registers a handler, and for a
 * request-scoped one with each message (`InterceptorsContextCreator` of @nestjs/core 11.0.0 to 12.1.1). Where that is no
 * longer so, Nest gives transports observables, which Nest's own take just as well.
 */
export class GlobalInterceptors {
  #isShown = false;
  readonly #messages = new AsyncLocalStorage<true>();

  constructor(config: ApplicationConfig) {
    // A test may have put something else in its place.
    if (typeof Reflect.get(config, 'getGlobalInterceptors') !== 'function') return;
    const original = config.getGlobalInterceptors.bind(config);
    config.getGlobalInterceptors = () => {
      const all = original();
      const isLeftOut = !this.#isShown || this.#messages.getStore() === true;
      return isLeftOut ? all.filter((interceptor) => !(interceptor instanceof InFlightInterceptor)) : all;
    };
  }

  /** From now on handlers are registered with it: Nest has registered gateways, routes and microservices. */
  show(): void {
    this.#isShown = true;
  }

  /**
   * Nest has made the server of a microservice, and registers its handlers before any other code runs. A connected one
   * with `deferInitialization` registers them when it is started: that is seen where this happens before the application
   * is initialised.
   */
  registeringMessages(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    // The next microtask; a test may have replaced queueMicrotask().
    void Promise.resolve().then(() => this.show());
  }

  /** Calls the handler of a message for which Nest makes the controller anew. */
  duringMessage<T>(handle: () => T): T {
    return this.#messages.run(true, handle);
  }
}
