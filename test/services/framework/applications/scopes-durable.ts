import { Controller, Get, Inject, Injectable, type OnModuleInit, Scope } from '@nestjs/common';
import {
  type ContextId,
  ContextIdFactory,
  type ContextIdStrategy,
  type HostComponentInfo,
  REQUEST,
} from '@nestjs/core';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'durable providers: one sub-tree for each tenant',
  kinds: HTTP,
  module: ({ journal }) => {
    const tenants = new Map<string, ContextId>();
    class TenantStrategy implements ContextIdStrategy {
      attach(contextId: ContextId, request: IncomingMessage) {
        const tenant = String(request.headers['x-tenant'] ?? 'none');
        const known = tenants.get(tenant) ?? ContextIdFactory.create();
        tenants.set(tenant, known);
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? known : contextId),
          payload: { tenant },
        };
      }
    }
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Pool {
      constructor(@Inject(REQUEST) readonly context: { tenant: string }) {
        journal.note(`pool for ${context.tenant}`);
      }
    }
    @Controller({ path: 'tenant', scope: Scope.REQUEST, durable: true })
    class TenantController {
      constructor(private readonly pool: Pool) {}

      @Get()
      tenant(): string {
        return this.pool.context.tenant;
      }
    }
    @Injectable()
    class Strategy implements OnModuleInit {
      onModuleInit(): void {
        ContextIdFactory.apply(new TenantStrategy());
      }
    }
    return { controllers: [TenantController], providers: [Pool, Strategy] };
  },
  exchanges: [
    get('/tenant', { 'x-tenant': 'a' }),
    get('/tenant', { 'x-tenant': 'b' }),
    get('/tenant', { 'x-tenant': 'a' }),
  ],
};
