import type { CatalogueReader, InvoiceReader, OrderLifecycleReader, OrderReader } from '@oms/database';

import type { CommandRunner } from '../../commands/command-runner.js';
import type { OrderChanger } from '../../temporal/order-changer.js';
import type { LinkRoutesDeps } from '../invoices/link-routes.js';
import type { PlaceOrderDeps } from '../orders/place-order.js';

/** The dependencies of the routes of the Sales API. */
export interface SalesRoutesDeps extends PlaceOrderDeps, LinkRoutesDeps {
  readonly orders: OrderReader;
  readonly lifecycle: OrderLifecycleReader;
  readonly changer: OrderChanger;
  readonly catalogue: CatalogueReader;
  readonly invoices: InvoiceReader;
  readonly commands: CommandRunner;
}
