-- The shop's tables. Stock cannot go below zero, nor below what orders have reserved: the database refuses it.

create table product (
  id text primary key,
  slug text not null unique,
  name text not null,
  description text not null,
  category text not null,
  created_at timestamptz not null
);
create index product_by_name on product (name, id);
create index product_by_created on product (created_at, id);
create index product_by_category on product (category);

create table product_variant (
  id text primary key,
  product_id text not null references product,
  sku text not null unique,
  name text not null,
  price_minor bigint not null check (price_minor >= 0),
  currency char(3) not null,
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null default 0,
  constraint reserved_within_stock check (reserved between 0 and on_hand)
);
create index product_variant_of_product on product_variant (product_id, sku);

-- Who counted or changed the shelf, and why; one row for each change of on_hand.
create table stock_movement (
  id text primary key,
  variant_id text not null references product_variant,
  change integer not null check (change <> 0),
  reason text not null,
  recorded_by text not null,
  created_at timestamptz not null
);
create index stock_movement_of_variant on stock_movement (variant_id, created_at);

-- The copy of the CRM's customer that the shop prints on parcels.
create table customer_copy (
  customer_id text primary key,
  customer_number text not null,
  name text not null
);

create table cart (
  id text primary key,
  customer_id text not null unique,
  updated_at timestamptz not null
);

create table cart_line (
  cart_id text not null references cart,
  variant_id text not null references product_variant,
  quantity integer not null check (quantity between 1 and 10000),
  added_at timestamptz not null,
  primary key (cart_id, variant_id)
);

create table order_counter (
  year integer primary key,
  last integer not null check (last > 0)
);

create table customer_order (
  id text primary key,
  number text not null unique,
  customer_id text not null,
  status text not null check (status in ('PLACED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'CANCELLED')),
  placed_at timestamptz not null,
  currency char(3) not null,
  total_minor bigint not null check (total_minor >= 0),
  street text not null,
  postal_code text not null,
  city text not null,
  country char(2) not null,
  cancellation_reason text,
  version integer not null default 1 check (version > 0),
  updated_at timestamptz not null,
  constraint reason_when_cancelled check ((status = 'CANCELLED') = (cancellation_reason is not null))
);
create index order_of_customer on customer_order (customer_id, placed_at, id);
create index order_by_placed on customer_order (placed_at, id);
create index order_by_total on customer_order (total_minor, id);
create index order_by_status on customer_order (status, placed_at, id);

create table order_line (
  order_id text not null references customer_order,
  position integer not null check (position > 0),
  variant_id text not null references product_variant,
  sku text not null,
  name text not null,
  quantity integer not null check (quantity > 0),
  shipped_quantity integer not null default 0,
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  primary key (order_id, position),
  constraint shipped_within_ordered check (shipped_quantity between 0 and quantity)
);

create table shipment (
  id text primary key,
  order_id text not null references customer_order,
  carrier text not null,
  tracking_number text,
  shipped_at timestamptz not null
);
create index shipment_of_order on shipment (order_id, shipped_at, id);

create table shipment_line (
  shipment_id text not null references shipment,
  order_id text not null,
  position integer not null,
  quantity integer not null check (quantity > 0),
  primary key (shipment_id, position),
  foreign key (order_id, position) references order_line
);

-- The runtime sells: it changes stock, carts and the state of orders. It changes no price and deletes nothing but
-- the lines of a cart.
grant select on all tables in schema public to shop_runtime;
grant insert on stock_movement, cart, cart_line, customer_order, order_line, shipment, shipment_line, order_counter
  to shop_runtime;
grant update (on_hand, reserved) on product_variant to shop_runtime;
grant update (updated_at) on cart to shop_runtime;
grant update (quantity) on cart_line to shop_runtime;
grant delete on cart_line to shop_runtime;
grant update (last) on order_counter to shop_runtime;
grant update (status, cancellation_reason, version, updated_at) on customer_order to shop_runtime;
grant update (shipped_quantity) on order_line to shop_runtime;
