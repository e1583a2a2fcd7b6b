#!/bin/sh
# Queues one call and prints its id; run again for the same ORDER, it queues no second one. Environment: OUTDIAL_URL, OUTDIAL_LOGIN, OUTDIAL_PIN, PHONE_NUMBER, START_URL, RESULT_URL, ORDER.
reply=$(curl --silent --show-error \
  --data-urlencode "login=$OUTDIAL_LOGIN" --data-urlencode "pin=$OUTDIAL_PIN" \
  --data-urlencode "phone_number=$PHONE_NUMBER" \
  --data-urlencode "start_url=$START_URL" --data-urlencode "result_url=$RESULT_URL" \
  --header "Idempotency-Key: $ORDER" \
  "$OUTDIAL_URL/webservice/queuecall.php") || exit 1
case $reply in
*failed*) echo "$reply" >&2; exit 1 ;;
esac
echo "$reply" | sed -n 's/.*call_id="\([0-9]*\)".*/\1/p'
