import { AsyncLocalStorage } from 'node:async_hooks';
import { type ApplicationConfig } from '@nestjs/core';
import { callFrames } from '../waits/call-frames.js';
import { InFlightInterceptor } from '../traffic/handlers/in-flight.interceptor.js';

/**
 * Keeps our global interceptor out of the handlers of microservices and gateways, which are counted where the transport
 * passes a message on. As soon as one interceptor is global, Nest passes a transport an observable instead of the
 * handler's result, and runs the handler only when the transport subscribes to it.
 *
 * Nest asks the application's configuration for global interceptors when it registers a handler, and for a
 * request-scoped one with each message (`InterceptorsContextCreator` of @nestjs/core 11.0.0 to 12.1.1). Where that has
 * changed, transports get observables, which Nest's own transports handle as well.
 */
export class GlobalInterceptors {
  #isShown = false;
  readonly #messages = new AsyncLocalStorage<true>();
  /** Microservices whose handlers are not registered yet. */
  readonly #deferred = new Set<object>();

  constructor(config: ApplicationConfig) {
    // A test may have replaced it.
    if (typeof Reflect.get(config, 'getGlobalInterceptors') !== 'function') return;
    const original = config.getGlobalInterceptors.bind(config);
    config.getGlobalInterceptors = () => {
      const all = original();
      const isLeftOut = !this.#isShown || this.#messages.getStore() === true || this.#isRegisteringDeferred();
      return isLeftOut ? all.filter((interceptor) => !(interceptor instanceof InFlightInterceptor)) : all;
    };
  }

  /**
   * From now on handlers are registered with the interceptor: Nest has registered gateways, routes and microservices.
   */
  show(): void {
    this.#isShown = true;
  }

  /**
   * Nest has created the server of a microservice, and registers its handlers before any other code runs. A connected
   * microservice with `deferInitialization` registers them when it is started.
   *
   * @param hasHandlers whether the server has any by now
   * @returns a function to call when all are registered
   */
  registeringMessages(hasHandlers: () => boolean): () => void {
    const server = {};
    this.#deferred.add(server);
    const registered = (): void => void this.#deferred.delete(server);
    const wasShown = this.#isShown;
    this.#isShown = false;
    // In the next microtask, without queueMicrotask(), which a test may have replaced.
    void Promise.resolve().then(() => {
      if (wasShown) this.show();
      if (hasHandlers()) registered();
    });
    return registered;
  }

  /**
   * Whether Nest is registering the handlers of a microservice that is started late. There is no event for that. So,
   * while the handlers of any are missing, the stack is searched for the method that registers them. Users do not call
   * that method, and minifiers keep the names of methods; read in @nestjs/microservices 11.0.0 to 12.1.1.
   */
  #isRegisteringDeferred(): boolean {
    return this.#deferred.size > 0 && callFrames().some((name) => name.split('.').at(-1) === 'registerPatternHandlers');
  }

  /** Calls the handler of a message for which Nest creates the controller. */
  duringMessage<T>(handle: () => T): T {
    return this.#messages.run(true, handle);
  }
}
