-- What counts as a change of an order and of an article's stock, for those who look on.

create trigger tell_of_change after insert or update on customer_order for each row
  execute function tell_of_change('Order', 'id', 'customer_id');

create trigger tell_of_change after update on product_variant for each row
  when ((old.on_hand, old.reserved) is distinct from (new.on_hand, new.reserved))
  execute function tell_of_change('ProductVariant', 'id');

-- An order is billed and paid by what the shop adopts of accounting's invoices.
create function tell_of_billed_order() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform record_change('Order', placed.id, placed.customer_id) from customer_order placed
    where placed.id in (new.order_id, old.order_id);
  return null;
end $$;
revoke execute on function tell_of_billed_order from public;

create trigger tell_of_billed_order after insert on invoice_copy for each row execute function tell_of_billed_order();
create trigger tell_of_billed_order_again after update on invoice_copy for each row
  when (old is distinct from new) execute function tell_of_billed_order();
