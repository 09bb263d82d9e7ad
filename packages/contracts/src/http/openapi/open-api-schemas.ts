import { z } from 'zod';

import { createOrderBody } from '../orders/create-order-body.js';
import {
  connectErpBody,
  disconnectedErpResource,
  erpConnectionResource,
  erpTestResource,
} from '../erp/erp-connection-resource.js';
import { orderErpResource } from '../orders/order-erp-resource.js';
import { listOrdersParameters } from '../orders/list-orders-query.js';
import {
  cancelOrderBody,
  createFulfillmentBody,
  createRefundBody,
  createReturnBody,
  decideReturnBody,
  receiveReturnBody,
} from '../orders/order-change-bodies.js';
import { operationBody, resolvePaymentBody } from '../operators/operation-bodies.js';
import { orderEventResource, orderEventsResource } from '../orders/order-event-resource.js';
import {
  acceptedOrderResource,
  acceptedPlacementResource,
  addressResource,
  errorResource,
  orderItemResource,
  orderListResource,
  orderResource,
  placedOrderResource,
} from '../orders/order-resource.js';
import {
  acceptedChangeResource,
  changedOrderResource,
  fulfillmentListResource,
  fulfillmentResource,
  refundListResource,
  refundResource,
  returnListResource,
  returnResource,
} from '../orders/order-part-resources.js';
import { orderInvoiceListResource, orderInvoiceResource } from '../orders/order-invoice-resource.js';
import { orderProofResource } from '../orders/order-proof-resource.js';
import { commerceRequestSchemas, commerceResponseSchemas } from './open-api-commerce-schemas.js';
import { salesRequestSchemas, salesResponseSchemas } from './open-api-sales-schemas.js';
import { changeSettingsBody, tenantSettingsResource } from '../settings/tenant-settings-resource.js';
import { orderStatusResource } from '../orders/order-status-resource.js';

/** A piece of an OpenAPI document: plain JSON. */
export type OpenApiObject = Readonly<Record<string, unknown>>;

const requestSchemas = {
  CreateOrder: createOrderBody,
  CancelOrder: cancelOrderBody,
  CreateFulfillment: createFulfillmentBody,
  CreateReturn: createReturnBody,
  DecideReturn: decideReturnBody,
  ReceiveReturn: receiveReturnBody,
  CreateRefund: createRefundBody,
  Operation: operationBody,
  ResolvePayment: resolvePaymentBody,
  ...salesRequestSchemas,
  ...commerceRequestSchemas,
  ConnectErp: connectErpBody,
  ChangeSettings: changeSettingsBody,
};
const responseSchemas = {
  PlacedOrder: placedOrderResource,
  AcceptedPlacement: acceptedPlacementResource,
  AcceptedOrder: acceptedOrderResource,
  Order: orderResource,
  OrderItem: orderItemResource,
  Address: addressResource,
  OrderList: orderListResource,
  OrderEvent: orderEventResource,
  OrderEvents: orderEventsResource,
  ChangedOrder: changedOrderResource,
  AcceptedChange: acceptedChangeResource,
  Fulfillment: fulfillmentResource,
  FulfillmentList: fulfillmentListResource,
  Return: returnResource,
  ReturnList: returnListResource,
  Refund: refundResource,
  RefundList: refundListResource,
  OrderInvoice: orderInvoiceResource,
  OrderInvoiceList: orderInvoiceListResource,
  OrderProof: orderProofResource,
  OrderStatus: orderStatusResource,
  ...salesResponseSchemas,
  ...commerceResponseSchemas,
  OrderErp: orderErpResource,
  ErpConnection: erpConnectionResource,
  DisconnectedErp: disconnectedErpResource,
  ErpTest: erpTestResource,
  TenantSettings: tenantSettingsResource,
  Error: errorResource,
};

/** The name of a schema among the components. */
export type SchemaName = keyof typeof requestSchemas | keyof typeof responseSchemas;

/** A reference to a schema among the components. */
export function schemaReference(name: SchemaName): OpenApiObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** All schemas of bodies, made from those that parse the requests and that the answers are tested against. */
export function componentSchemas(): OpenApiObject {
  return { ...convert(requestSchemas, 'input'), ...convert(responseSchemas, 'output') };
}

/** The parameters of the list of orders, made from the schema that parses them. */
export const listParameters = (): readonly OpenApiObject[] => queryParameters(listOrdersParameters);

/** Parameters of a query, made from the schema that parses them. */
export function queryParameters(schema: z.ZodObject): readonly OpenApiObject[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output', override: simplify });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = typeof property === 'object' ? property : {};
    return {
      name,
      in: 'query',
      description,
      schema,
      ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
    };
  });
}

function convert(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): OpenApiObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const converted = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    // What has no schema of its own is checked by hand and says in its metadata what it takes.
    unrepresentable: 'any',
    override: (context) => {
      simplify(context);
      // Answers may gain fields; a client that was generated from today's document must not refuse them.
      if (io === 'output' && context.jsonSchema.additionalProperties === false) {
        delete context.jsonSchema.additionalProperties;
      }
    },
  });
  return Object.fromEntries(
    Object.entries(converted.schemas).map(([name, schema]) => {
      const { $id: _id, $schema: _dialect, ...rest } = schema;
      return [name, rest];
    }),
  );
}

/** Leaves out the bounds of JavaScript's integers, which say nothing about a field. */
function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
