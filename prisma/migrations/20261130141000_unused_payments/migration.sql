-- An order that does not take its payment lets go of what the payment holds.

-- The number of the payment's notifications that the provider's last answer covers. Null: it was not asked.
ALTER TABLE "orders" ADD COLUMN "unused_payment_seen" INTEGER;
-- Claimed by an order that does not take it: only to void or to refund it.
ALTER TABLE "payments" ADD COLUMN "is_unused" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "orders" DROP CONSTRAINT "orders_flags_check";
ALTER TABLE "orders" ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
    'capture_failed', 'recapture_reported', 'settled_elsewhere', 'paid_twice', 'overpaid', 'captured_after_cancellation', 'refund_failed',
    'refunded_unshipped', 'unused_payment_kept', 'disputed', 'authorization_expiring', 'authorization_expired']);
