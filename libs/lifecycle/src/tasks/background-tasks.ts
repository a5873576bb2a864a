import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { sharedByCopies } from '../copies/shared-class.js';
import { NamedTasks } from './named-tasks.js';

export { type RunningTask } from './named-tasks.js';

/**
 * Background tasks: loops, pollers, jobs that outlive the request that asked for them. Injectable everywhere. A shutdown
 * waits for them or cancels them; one that fails is logged, and starts again where that was asked for.
 */
@sharedByCopies('BackgroundTasks', ModulesContainer)
@Injectable()
export class BackgroundTasks extends NamedTasks {}
