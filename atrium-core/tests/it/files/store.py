"""An S3 store of moto in which tests keep files: it makes the bucket `attached`, prints its port, and ends with its input."""

import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
keys = {"aws_access_key_id": "atrium", "aws_secret_access_key": "s/cret", "region_name": "us-east-1"}
boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket="attached")
print(port, flush=True)
sys.stdin.read()
server.stop()
