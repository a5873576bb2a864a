import { AsyncLocalStorage } from 'node:async_hooks';
import { type ApplicationConfig } from '@nestjs/core';
import { callFrames } from '../waits/call-frames.js';
import { InFlightInterceptor } from '../traffic/handlers/in-flight.interceptor.js';

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
  /** Microservices whose handlers are not registered yet. */
  readonly #deferred = new Set<object>();

  constructor(config: ApplicationConfig) {
    // A test may have put something else in its place.
    if (typeof Reflect.get(config, 'getGlobalInterceptors') !== 'function') return;
    const original = config.getGlobalInterceptors.bind(config);
    config.getGlobalInterceptors = () => {
      const all = original();
      const isLeftOut = !this.#isShown || this.#messages.getStore() === true || this.#isRegisteringDeferred();
      return isLeftOut ? all.filter((interceptor) => !(interceptor instanceof InFlightInterceptor)) : all;
    };
  }

  /** From now on handlers are registered with it: Nest has registered gateways, routes and microservices. */
  show(): void {
    this.#isShown = true;
  }

  /**
   * Nest has made the server of a microservice, and registers its handlers before any other code runs. A connected one
   * with `deferInitialization` registers them when it is started.
   *
   * @param hasHandlers whether the server has any by now
   * @returns to be called when all are registered
   */
  registeringMessages(hasHandlers: () => boolean): () => void {
    const server = {};
    this.#deferred.add(server);
    const registered = (): void => void this.#deferred.delete(server);
    const wasShown = this.#isShown;
    this.#isShown = false;
    // The next microtask; a test may have replaced queueMicrotask().
    void Promise.resolve().then(() => {
      if (wasShown) this.show();
      if (hasHandlers()) registered();
    });
    return registered;
  }

  /**
   * Whether Nest registers the handlers of a microservice that is started late. Nothing tells of that, so the method that
   * does it is looked for among the calls, as long as there is one whose handlers are missing. Users do not call the method,
   * and no minifier changes the names of methods; read in @nestjs/microservices 11.0.0 to 12.1.1.
   */
  #isRegisteringDeferred(): boolean {
    return this.#deferred.size > 0 && callFrames().some((name) => name.split('.').at(-1) === 'registerPatternHandlers');
  }

  /** Calls the handler of a message for which Nest makes the controller anew. */
  duringMessage<T>(handle: () => T): T {
    return this.#messages.run(true, handle);
  }
}
