import { Controller, Get, Injectable } from '@nestjs/common';
import { Cron, CronExpression, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { type FrameworkApplication } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'task scheduling: cron jobs, intervals, timeouts, the registry',
  kinds: ['express', 'fastify', 'context'],
  isFollowed: true,
  module: ({ journal, kind }) => {
    @Injectable()
    class Jobs {
      #ticks = 0;

      @Timeout(1)
      once(): void {
        journal.note('timeout');
      }

      @Interval('ticking', 5)
      tick(): void {
        this.#ticks += 1;
        if (this.#ticks === 2) journal.note('two ticks');
      }

      @Cron(CronExpression.EVERY_1ST_DAY_OF_MONTH_AT_MIDNIGHT, { name: 'monthly' })
      monthly(): void {
        journal.note('a month has passed');
      }
    }
    @Controller()
    class JobsController {
      constructor(private readonly registry: SchedulerRegistry) {}

      @Get('jobs')
      jobs(): object {
        return { crons: [...this.registry.getCronJobs().keys()], intervals: this.registry.getIntervals() };
      }
    }
    return {
      imports: [ScheduleModule.forRoot()],
      controllers: kind === 'context' ? [] : [JobsController],
      providers: [Jobs],
    };
  },
  exchanges: [
    exchange('what ran', async ({ journal }) => {
      await journal.until('timeout');
      await journal.until('two ticks');
    }),
    exchange('the list of jobs', async (world) => (world.url === '' ? 'no HTTP' : get('/jobs').play(world))),
  ],
};
