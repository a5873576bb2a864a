import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Order } from './orders.js';

/** Every order of this instance, as it is placed. */
@Injectable()
export class PlacedOrders extends Subject<Order> {}
