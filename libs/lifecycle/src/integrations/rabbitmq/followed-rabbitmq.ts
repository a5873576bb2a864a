import { isObject } from '../../errors/foreign-value.js';
import { callMethod, type Foreign, instanceWith } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { FollowedConnection } from './followed-connection.js';
import { CONNECTION, MANAGER } from './package-parts.js';
import { RabbitMessages } from './rabbit-messages.js';

/** Begins to follow the RabbitMQ connections of an application, before their consumers begin. */
export function followRabbitmq(parts: IntegrationParts): FollowedPackage {
  return new FollowedRabbitmq(parts);
}

class FollowedRabbitmq implements FollowedPackage {
  readonly #messages: RabbitMessages;

  constructor(private readonly parts: IntegrationParts) {
    this.#messages = new RabbitMessages(parts.clock, parts.inFlight);
    parts.sources.add(this.#messages);
  }

  found(providers: readonly InstanceWrapper[]): void {
    for (const provider of providers) {
      const found = this.parts.guard('looking for RabbitMQ connections', [], () => connectionsOf(provider));
      for (const connection of found) this.#follow(connection);
    }
  }

  undo(): void {
    this.#messages.undo();
  }

  #follow(connection: Foreign): void {
    if (this.#messages.has(connection)) return;
    const followed = new FollowedConnection(connection, this.#messages, this.parts.guard);
    this.#messages.add(connection, followed);
    if (followed.isSeen) return;
    this.parts.unseen.add({
      kind: 'rabbitmq',
      what: 'messages of a version of @golevelup/nestjs-rabbitmq that is not known',
      remedy: "Type shutdown.track('what it does', work) in each handler.",
    });
  }
}

function connectionsOf(provider: InstanceWrapper): Foreign[] {
  const connection = instanceWith(provider, CONNECTION);
  const manager = instanceWith(provider, MANAGER);
  const managed: unknown = manager === undefined ? [] : callMethod(manager, 'getConnections');
  const known = Array.isArray(managed) ? managed.filter(isObject) : [];
  return connection === undefined ? known : [connection, ...known];
}
