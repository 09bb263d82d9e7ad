import { providerContract } from '../testing/provider-contract.js';
import { steeredPayPal } from '../testing/steered-paypal.js';

providerContract('PayPal, at the payment simulator', steeredPayPal);
