"""Queues one call and prints its id.

Environment: OUTDIAL_URL, OUTDIAL_LOGIN, OUTDIAL_PIN, PHONE_NUMBER, START_URL, RESULT_URL, ORDER.
"""
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

fields = {
    "login": os.environ["OUTDIAL_LOGIN"],
    "pin": os.environ["OUTDIAL_PIN"],
    "phone_number": os.environ["PHONE_NUMBER"],
    "start_url": os.environ["START_URL"],
    "result_url": os.environ["RESULT_URL"],
    "message_reference": os.environ["ORDER"],
}
request = urllib.request.Request(
    os.environ["OUTDIAL_URL"] + "/webservice/queuecall.php",
    data=urllib.parse.urlencode(fields).encode(),
    headers={"Idempotency-Key": os.environ["ORDER"]},
)
try:
    reply = urllib.request.urlopen(request).read()
except urllib.error.HTTPError as error:  # 503: the same request may be sent again after Retry-After seconds
    reply = error.read()
answer = ElementTree.fromstring(reply)
if answer.get("status") != "queued":
    sys.exit(answer.findtext("error"))
print(answer.get("call_id"))
