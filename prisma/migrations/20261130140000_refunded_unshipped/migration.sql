-- An order of which all money was refunded at the provider itself while units are left to ship.
ALTER TABLE "orders" DROP CONSTRAINT "orders_flags_check";
ALTER TABLE "orders" ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
    'capture_failed', 'recapture_reported', 'settled_elsewhere', 'paid_twice', 'overpaid', 'captured_after_cancellation', 'refund_failed',
    'refunded_unshipped', 'disputed', 'authorization_expiring', 'authorization_expired']);
