fn good() { call_one(); }
fn missing_brace() { if x { 
fn last() { call_three() }
