#!/bin/x é
fn a() {
  "é"; b(1);
}
