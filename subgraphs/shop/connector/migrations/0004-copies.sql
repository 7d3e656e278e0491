-- What the shop keeps of accounting's invoices, and versions for what it tells others.

alter table product_variant add column stock_version integer not null default 1 check (stock_version > 0);

-- Every invoice for an order, as far as the shop has to know: whether it still stands and whether it is paid.
create table invoice_copy (
  invoice_id text primary key,
  invoice_number text not null,
  order_id text not null,
  is_paid boolean not null,
  is_cancelled boolean not null
);
create index invoice_copy_of_order on invoice_copy (order_id);

-- The marks of an order. Whether it is billed in full is accounting's to say, and the schema's `billingStatus` says it.
create view order_billing_mark as
  select placed.id as order_id,
    coalesce(bool_or(not copy.is_cancelled), false) as is_billed,
    coalesce(bool_or(not copy.is_cancelled) and bool_and(copy.is_paid or copy.is_cancelled), false) as is_paid
  from customer_order placed left join invoice_copy copy on copy.order_id = placed.id
  group by placed.id;

create index customer_order_by_bytes on customer_order (id collate "C");
create index customer_copy_by_bytes on customer_copy (customer_id collate "C");
create index invoice_copy_by_bytes on invoice_copy (invoice_id collate "C");

grant update (stock_version) on product_variant to shop_runtime;
grant insert on customer_copy to shop_runtime;
grant update (customer_number, name) on customer_copy to shop_runtime;
grant select, insert on invoice_copy to shop_runtime;
grant update (invoice_number, order_id, is_paid, is_cancelled) on invoice_copy to shop_runtime;
grant select on order_billing_mark to shop_runtime;
