def other(:
  = (
