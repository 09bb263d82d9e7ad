import { erpContract } from '../testing/erp-contract.js';
import { steeredPush } from '../testing/steered-push.js';

erpContract('a signed HTTP push', steeredPush);
