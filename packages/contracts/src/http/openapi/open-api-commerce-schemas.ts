import {
  apiKeyListResource,
  apiKeyResource,
  apiKeyWithSecretResource,
  createApiKeyBody,
  rotateApiKeyBody,
} from '../api-keys/api-key-resource.js';
import { createCommerceOrderBody } from '../orders/commerce/commerce-order-body.js';
import {
  acceptedCommerceOrderResource,
  commerceErrorResource,
  commerceOrderListResource,
  commerceOrderResource,
} from '../orders/commerce/commerce-order-resource.js';

/** What the Commerce API and the management of its keys take, by the names of the documentation. */
export const commerceRequestSchemas = {
  CreateCommerceOrder: createCommerceOrderBody,
  CreateApiKey: createApiKeyBody,
  RotateApiKey: rotateApiKeyBody,
};

/** What they answer. */
export const commerceResponseSchemas = {
  CommerceOrder: commerceOrderResource,
  CommerceOrderList: commerceOrderListResource,
  AcceptedCommerceOrder: acceptedCommerceOrderResource,
  CommerceError: commerceErrorResource,
  ApiKey: apiKeyResource,
  ApiKeyWithSecret: apiKeyWithSecretResource,
  ApiKeyList: apiKeyListResource,
};
