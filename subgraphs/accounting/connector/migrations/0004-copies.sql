-- What accounting keeps of the shop's orders and the CRM's customers, and versions for what it tells others.

alter table invoice
  add column version integer not null default 1 check (version > 0),
  -- Issued for an order as it was placed, by the order's event: nothing is left of the order to bill.
  add column bills_whole_order boolean not null default false,
  add constraint whole_order_is_named check (not bills_whole_order or (order_id is not null and kind = 'INVOICE'));

-- Every order that accounting was told of, and whether it still stands.
create table order_copy (
  order_id text primary key,
  order_number text not null,
  is_cancelled boolean not null
);

-- An order is billed once as a whole, whoever asks for it; in parts only by hand, and not beside a whole.
create unique index order_billed_once on invoice (order_id) where bills_whole_order and not is_cancelled;

create function refuse_billing_twice() returns trigger language plpgsql as $$
begin
  -- Two who bill the same order at the same moment must see each other.
  perform pg_advisory_xact_lock(hashtextextended(new.order_id, 0));
  if exists (
    select from invoice where order_id = new.order_id and kind = 'INVOICE' and not is_cancelled
      and (bills_whole_order or new.bills_whole_order)
  ) then
    raise exception 'the order % is billed already', new.order_number
      using errcode = 'unique_violation', constraint = 'order_billed_once';
  end if;
  return new;
end $$;
create trigger order_billed_once before insert on invoice for each row
  when (new.order_id is not null and new.kind = 'INVOICE') execute function refuse_billing_twice();

create index invoice_by_bytes on invoice (id collate "C");
create index customer_account_by_bytes on customer_account (customer_id collate "C");
create index order_copy_by_bytes on order_copy (order_id collate "C");

-- Of a customer's account, an event changes what is copied and nothing that was agreed with the customer.
grant insert (customer_id, customer_number, name, street, postal_code, city, country, currency) on customer_account
  to accounting_runtime;
grant update (customer_number, name, street, postal_code, city, country) on customer_account to accounting_runtime;
grant select, insert on order_copy to accounting_runtime;
grant update (order_number, is_cancelled) on order_copy to accounting_runtime;
grant update (version) on invoice to accounting_runtime;
