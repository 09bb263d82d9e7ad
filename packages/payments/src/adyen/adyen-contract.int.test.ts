import { providerContract } from '../testing/provider-contract.js';
import { adyenTraits, steeredAdyen } from '../testing/steered-adyen.js';

providerContract('Adyen, at the payment simulator', steeredAdyen, adyenTraits);
